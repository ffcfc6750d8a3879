"""The shipped networks, described block by block; cfg/generate.py writes them out as .cfg files."""
