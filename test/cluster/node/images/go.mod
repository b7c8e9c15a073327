module cdk8s-mlops.test/images

go 1.24.0
