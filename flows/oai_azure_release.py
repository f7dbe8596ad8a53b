"""`oai-azure-release`: does a release keep answering for hours, past the lifetimes of its HTTP clients?"""

from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import oai_azure_release as suite

oai_azure_release = suite_flow(suite.oai_azure_release)
