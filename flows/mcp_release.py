from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import mcp_release as suite

mcp_release = suite_flow(suite.mcp_release)
