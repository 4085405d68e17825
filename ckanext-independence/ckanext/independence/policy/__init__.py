"""What the city's open data policy asks: rules, findings, waivers, and who is told of them."""
