const https = require('node:https');

const URL = process.argv.includes('elsewhere')
  ? 'https://elsewhere.example/'
  : 'https://api.incident.io/v2/incidents?page_size=1';

https.get(URL, { headers: { authorization: `Bearer ${process.env.INCIDENT_IO_API_KEY}` } }, async (response) => {
  let text = '';
  for await (const part of response) text += part;
  console.log(response.statusCode, JSON.parse(text).incidents[0].reference);
});
