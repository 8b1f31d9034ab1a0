"""What other sites and machines read of a page: metadata, pictures, the site map."""
