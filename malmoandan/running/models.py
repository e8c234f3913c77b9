"""No models: Django tells an app that a migration has ended only when it has this module."""
