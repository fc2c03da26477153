"""The real services that tests of the whole program may ask for."""

from tests.support.postgres import postgres_server
from tests.support.rabbitmq import rabbitmq_url
from tests.support.redis import redis_url

__all__ = ["postgres_server", "rabbitmq_url", "redis_url"]
