"""Where versions of models live: a folder in S3, or an MLflow server, behind one interface."""
