"""Where bytes come from: files on disk and messages from the network."""
