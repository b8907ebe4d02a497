// An SMS centre for the tests, on npm `smpp`: node smsc.js <smpp port> <control port>.
// What it is told comes as POST /<what> with JSON; GET / returns what it has seen.
'use strict';
const http = require('http');
const smpp = require('smpp');

const seen = { binds: [], submits: [], answers: [], enquiries: 0, unbinds: 0 };
const sessions = new Set();
let statuses = []; // of the next submit_sm
let silent = false;
let ids = [];
let next = 100;

smpp.createServer((session) => {
  sessions.add(session);
  session.on('error', () => {});
  session.on('close', () => sessions.delete(session));
  for (const kind of ['transmitter', 'receiver', 'transceiver']) {
    session.on(`bind_${kind}`, (pdu) => {
      const good = pdu.system_id === 'satupintu' && pdu.password === 'rahasia';
      seen.binds.push({ kind, good, system_type: pdu.system_type, version: pdu.interface_version });
      session.kind = good ? kind : '';
      session.send(pdu.response({ command_status: good ? 0 : smpp.ESME_RINVPASWD, system_id: 'smsc' }));
    });
  }
  session.on('enquire_link', (pdu) => {
    seen.enquiries += 1;
    if (!silent) session.send(pdu.response());
  });
  session.on('unbind', (pdu) => {
    seen.unbinds += 1;
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => {
    const { udh, message } = pdu.short_message;
    seen.submits.push({
      source: [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
      to: [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
      esm_class: pdu.esm_class,
      data_coding: pdu.data_coding,
      receipt: pdu.registered_delivery,
      text: message,
      udh: (udh || []).map((part) => part.toString('hex')),
    });
    if (silent) return;
    const status = statuses.shift() || 0;
    if (status) session.send(pdu.response({ command_status: status }));
    else session.send(pdu.response({ message_id: ids.shift() || String(next++) }));
  });
}).listen(Number(process.argv[2]), '127.0.0.1');

const hearing = () => [...sessions].filter((one) => one.kind === 'receiver' || one.kind === 'transceiver');

const told = {
  deliver(fields) {
    const options = { ...fields };
    if (options.udh !== undefined) {
      options.short_message = { udh: Buffer.from(options.udh, 'hex'), message: options.message };
      if (options.hex) options.short_message.message = Buffer.from(options.hex, 'hex');
    } else if (options.hex !== undefined) {
      options.short_message = Buffer.from(options.hex, 'hex');
    } else if (options.message !== undefined) {
      options.short_message = { message: options.message };
    }
    for (const name of ['udh', 'message', 'hex']) delete options[name];
    for (const session of hearing()) {
      session.deliver_sm(options, (pdu) => seen.answers.push(pdu.command_status));
    }
  },
  raw: ({ hex }) => hearing().forEach((one) => one.socket.write(Buffer.from(hex, 'hex'))),
  statuses: (value) => { statuses = value; },
  ids: (value) => { ids = value; },
  silent: (value) => { silent = value; },
  drop: () => sessions.forEach((one) => one.destroy()),
  enquire: () => sessions.forEach((one) => one.enquire_link(() => seen.answers.push('enquire'))),
  unbind: () => sessions.forEach((one) => one.unbind(() => seen.answers.push('unbind'))),
};

http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    if (request.method === 'POST') told[request.url.slice(1)](JSON.parse(body));
    response.end(JSON.stringify({ ...seen, sessions: [...sessions].map((one) => one.kind) }));
  });
}).listen(Number(process.argv[3]), '127.0.0.1');
