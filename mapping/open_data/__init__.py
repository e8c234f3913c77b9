"""Open data: all tables that anyone may use, their catalogue and the description of their JSON."""
