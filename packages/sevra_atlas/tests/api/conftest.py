from web_fixtures import blog, blog_web, directory, own_directory, own_web, web

__all__ = ["blog", "blog_web", "directory", "own_directory", "own_web", "web"]
