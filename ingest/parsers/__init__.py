"""Log parsers: one file per format, text or bytes in, flat ECS fields out."""
