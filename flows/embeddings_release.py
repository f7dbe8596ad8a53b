from litellm_observatory.orchestration.suite_flow import suite_flow
from suites import embeddings_release as suite

embeddings_release = suite_flow(suite.embeddings_release)
