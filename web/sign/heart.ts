// A thread of its own: it beats while the page's own timers are stuck or slowed down.
setInterval(() => postMessage('beat'), 2_000);
