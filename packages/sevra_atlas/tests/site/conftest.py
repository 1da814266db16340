from web_fixtures import directory, own_directory, own_web, web

__all__ = ["directory", "own_directory", "own_web", "web"]
