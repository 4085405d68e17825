"""The portal's slices: each folder is one plugin and owns one subject."""
