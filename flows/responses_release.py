from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import responses_release as suite

responses_release = suite_flow(suite.responses_release)
