"""What leaves the record for people and programs: files in their formats, and text that is safe to show. Pure."""
