"""What everything stands on: units, clock, errors. Nothing else, ever."""
