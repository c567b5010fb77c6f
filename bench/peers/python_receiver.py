"""The MLLP receiver of python3-hl7 (Debian) with what a hospital needs at least: each message on the
disk before its acknowledgement. Usage: python_receiver.py FOLDER; prints "ready PORT"."""
import asyncio
import os
import sqlite3
import sys

import hl7.mllp


def open_store(folder):
    store = sqlite3.connect(os.path.join(folder, "peer.db"), isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE message (number INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return store


async def main(folder):
    store = open_store(folder)

    async def receive(reader, writer):
        try:
            while True:
                message = await reader.readmessage()
                # Without a transaction around it a statement is committed when it returns.
                store.execute("INSERT INTO message (body) VALUES (?)", (str(message),))
                writer.writemessage(message.create_ack("AA"))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    server = await hl7.mllp.start_hl7_server(receive, "127.0.0.1", 0, encoding="utf-8")
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(sys.argv[1]))
