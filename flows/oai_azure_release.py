from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import oai_azure_release as suite

oai_azure_release = suite_flow(suite.oai_azure_release)
