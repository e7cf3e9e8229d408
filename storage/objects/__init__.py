"""One write-once bucket: the S3 client, encryption, the embedded server, conformance."""
