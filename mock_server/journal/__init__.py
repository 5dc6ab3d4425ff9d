"""The journal of exchanges: what is expected of it, what may be shown of it, and HAR."""
