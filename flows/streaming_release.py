from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import streaming_release as suite

streaming_release = suite_flow(suite.streaming_release, timeout_seconds=300.0)
