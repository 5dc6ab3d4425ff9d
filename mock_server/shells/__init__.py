"""Shells around the pipeline: sockets, servers, and in-process transports."""
