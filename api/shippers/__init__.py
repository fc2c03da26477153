"""What log shippers speak: Elasticsearch's bulk API, JSON lines, GELF and webhooks over HTTP."""
