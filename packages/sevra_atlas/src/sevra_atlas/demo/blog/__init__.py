"""The blog of the demo data: invented posts and what readers do with them."""
