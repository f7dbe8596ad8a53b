from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import single_request as suite

single_request = suite_flow(suite.single_request)
