class BodyGuard:
    def __init__(self, app, *, max_bytes):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)
