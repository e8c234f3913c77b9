"""The public pages of organisations and departments: the list, and all about one of them."""
