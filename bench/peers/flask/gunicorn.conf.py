"""Two sync workers, as the containers that batchline replaces; the model is loaded once, before the fork."""

import os

bind = f"127.0.0.1:{os.environ['PEER_PORT']}"
workers = 2
worker_class = "sync"
preload_app = True
timeout = 300
