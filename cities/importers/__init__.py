"""What fills the directory from outside: GeoNames, lists of twinnings."""
