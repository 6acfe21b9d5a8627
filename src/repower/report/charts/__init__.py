"""One file per chart: tidy rows in, a Vega-Lite dict out."""
