"""How requests and answers reach the bucket, without what must not leave the pod."""
