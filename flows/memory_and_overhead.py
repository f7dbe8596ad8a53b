from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import memory_and_overhead as suite

memory_and_overhead = suite_flow(suite.memory_and_overhead)
