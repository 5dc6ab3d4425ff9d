"""Whether the vendor's own acceptance tests of its Terraform provider pass against the double."""
