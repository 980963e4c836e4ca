// Keeps the pages of the queue that were opened, for where there is no network. Signing out clears them, and so does a session that has ended.
"use strict";
var KEPT = "spacereel-1";
var MOST = 60;
var base = new URL(self.registration.scope).pathname;
function path(url) {
  return "/" + url.pathname.slice(base.length);
}
function isKept(url) {
  return path(url) === "/-/queue" || (/^\/-\/article\/\d+$/.test(path(url)) && url.searchParams.has("queue"));
}
function isPart(url) {
  return /^\/spacereel\/[a-z0-9-]+\.(css|js|svg|png)$/.test(path(url));
}
// an article is one page, whatever of the queue was asked for when it was opened
function nameOf(url) {
  return url.origin + url.pathname;
}
async function keep(url, answer) {
  var cache = await caches.open(KEPT);
  await cache.put(nameOf(url), answer);
  var names = await cache.keys();
  for (var at = 0; at < names.length - MOST; at += 1) { await cache.delete(names[at]); }
}
async function fromNetwork(request, url) {
  var cache = await caches.open(KEPT);
  try {
    var answer = await fetch(request);
    // sent away from the queue, to the page for signing in: whoever holds this browser is nobody any more
    if (answer.type === "opaqueredirect" && isKept(url)) { await caches.delete(KEPT); return answer; }
    if (answer.ok && !answer.redirected && (isKept(url) || isPart(url))) { await keep(url, answer.clone()); }
    return answer;
  } catch (problem) {
    var kept = (await cache.match(nameOf(url))) || (request.mode === "navigate" && (await cache.match(base.replace(/\/$/, "") + "/-/queue")));
    if (kept) { return kept; }
    if (request.mode !== "navigate") { throw problem; }
    return new Response("OFFLINE", {
      status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" }
    });
  }
}
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== KEPT; }).map(function (name) { return caches.delete(name); }));
  }));
});
self.addEventListener("fetch", function (event) {
  var url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate" || isPart(url)) { event.respondWith(fromNetwork(event.request, url)); }
});
