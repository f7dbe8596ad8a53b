from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import fallback_routing as suite

fallback_routing = suite_flow(
    suite.fallback_routing,
    targets="Model groups to test, each with a failing and a healthy deployment; empty means all chat models.",
)
