"""Every public project as open data: OC4IDS, GeoJSON and spreadsheets, at addresses that stay."""
