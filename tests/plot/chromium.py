#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A headless Chromium, driven through the DevTools protocol over a pipe: no library is needed."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time


class Chromium:
    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="iotbpf-chromium-")
        to_browser, self.write_fd = os.pipe()
        self.read_fd, from_browser = os.pipe()
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec chromium "$@" 3<&{to_browser} 4>&{from_browser}', "sh", "--headless=new", "--no-sandbox", "--disable-gpu",
             "--remote-debugging-pipe", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-dev-shm-usage",
             f"--user-data-dir={self.profile}", "--hide-scrollbars", "about:blank"],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.pending, self.number, self.events = b"", 0, []
        target = self.send("Target.createTarget", {"url": "about:blank"}, session=None)["targetId"]
        self.session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True}, session=None)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")

    def message(self):
        while b"\0" not in self.pending:
            got = os.read(self.read_fd, 1 << 20)
            if not got:
                raise EOFError("the browser is gone")
            self.pending += got
        text, self.pending = self.pending.split(b"\0", 1)
        return json.loads(text)

    def send(self, method, params=None, session="self"):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params or {}}
        if session:
            request["sessionId"] = self.session
        os.write(self.write_fd, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def evaluate(self, expression):
        answer = self.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", str(answer)))
        return answer["result"].get("value")

    def open(self, path, width=1280, height=800, dark=False, scale=1):
        """Load a file; returns the milliseconds from the start of the navigation to the page's first picture."""
        self.events.clear()
        self.send("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600})
        self.send("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.send("Page.navigate", {"url": "file://" + os.path.abspath(path)})
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            if self.evaluate("document.readyState") == "complete" and self.evaluate("location.protocol") == "file:":
                break
            time.sleep(0.02)
        return self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => "
                             "done(Math.max(+document.documentElement.dataset.ready || 1e9, performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart)))))")

    def faults(self):
        """What the page complained of: exceptions, refusals of its policy, requests beyond its own file."""
        out = []
        self.evaluate("1")
        for e in self.events:
            p = e["params"]
            if e["method"] == "Runtime.exceptionThrown":
                out.append("exception: " + p["exceptionDetails"].get("exception", {}).get("description", p["exceptionDetails"]["text"]))
            elif e["method"] == "Log.entryAdded" and p["entry"]["level"] in ("error", "warning"):
                out.append(p["entry"]["level"] + ": " + p["entry"]["text"])
            elif e["method"] == "Network.requestWillBeSent" and not p["request"]["url"].startswith("file:"):
                out.append("request: " + p["request"]["url"][:100])
        return out

    def screenshot(self, path, full=False):
        params = {"format": "png", "captureBeyondViewport": full}
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.send("Page.captureScreenshot", params)["data"]))

    def close(self):
        try:
            self.send("Browser.close", session=None)
        except (EOFError, RuntimeError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
