"""`litellm-observatory gate`: what a release pipeline calls once; its exit status is the release's verdict."""
