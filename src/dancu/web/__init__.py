"""Pages for people: Django over WSGI, the design system, sign-in with a second factor, and the frame every page stands in."""
