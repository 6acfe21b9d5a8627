"""The rim: parse, call one clock, save, show. No arithmetic."""
