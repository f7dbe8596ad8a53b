from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import api_contract as suite

api_contract = suite_flow(
    suite.api_contract,
    targets="Models to test; empty means all chat models that the gateway lists, and its first embedding model.",
)
