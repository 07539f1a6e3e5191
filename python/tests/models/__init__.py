"""Small models of known architectures, which no package of models has."""
