from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import messages_release as suite

messages_release = suite_flow(suite.messages_release)
