// Loaded by every Node program that `incident-double run` starts, before its own code: connections to the double's
// hosts are led to it, whichever library opens them, and the web beyond this machine is refused.
'use strict';

const { readFileSync, writeSync } = require('node:fs');
const net = require('node:net');

const WEB = [80, 443];

function begin(given) {
  const connect = net.Socket.prototype.connect;
  const refused = new Set();

  net.Socket.prototype.connect = function connectRedirected(...args) {
    const isNormalized = Array.isArray(args[0]);
    const options = isNormalized ? args[0][0] : asOptions(args);
    if (options === undefined || options.path || options.pipe) {
      return connect.apply(this, args);
    }
    const host = String(options.host ?? 'localhost').toLowerCase().replace(/\.$/, '');
    const port = Number(options.port);
    if (given.hosts.includes(host)) {
      const [address, at] = given.ports[port] ?? [];
      if (address === undefined) {
        return refuse(this, `${host} has no port ${port}`);
      }
      const led = { ...options, host: address, port: at };
      delete led.lookup;
      return isNormalized ? connectNormalized(this, args, led) : connect.call(this, led, callbackOf(args));
    }
    if (WEB.includes(port) && !isLoopback(host) && !given.allowed.some((each) => each === host || each === '*')) {
      const reason = `refused ${host}:${port}, which is not the API (--allow-host ${host} lets it through)`;
      if (!refused.has(reason)) {
        refused.add(reason);
        writeSync(2, `incident-double: ${reason}\n`);
      }
      return refuse(this, reason);
    }
    return connect.apply(this, args);
  };

  function connectNormalized(socket, args, led) {
    args[0][0] = led; // the array is marked as normalized, so it has to stay
    return connect.apply(socket, args);
  }
}

function asOptions(args) {
  if (typeof args[0] === 'object' && args[0] !== null) {
    return args[0];
  }
  if (typeof args[0] === 'string' && !/^\d+$/.test(args[0])) {
    return undefined; // the path of a socket
  }
  return { port: args[0], host: typeof args[1] === 'string' ? args[1] : undefined };
}

function callbackOf(args) {
  return args.find((each) => typeof each === 'function');
}

function refuse(socket, reason) {
  const error = Object.assign(new Error(`incident-double: ${reason}`), { code: 'ECONNREFUSED' });
  socket.connecting = true;
  process.nextTick(() => socket.destroy(error));
  return socket;
}

function isLoopback(host) {
  const name = host.replace(/^::ffff:/, '');
  return (
    ['localhost', '::1', '::', '0.0.0.0'].includes(name) ||
    name.endsWith('.localhost') ||
    (net.isIPv4(name) && name.startsWith('127.'))
  );
}

try {
  const given = JSON.parse(process.env.INCIDENT_DOUBLE_REDIRECTION ?? '');
  readFileSync(given.authorities);
  begin(given);
} catch {
  // The double is gone, or was never there: the program goes on as it would without.
}
