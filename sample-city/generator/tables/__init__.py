"""One module per subject; each public function makes one table from the map and a period."""
