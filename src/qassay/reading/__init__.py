"""The one way in for JSON and TOML: bounded before anything is parsed, one meaning, a place."""
