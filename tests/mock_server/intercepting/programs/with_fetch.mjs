const URL = process.argv.includes('elsewhere')
  ? 'https://elsewhere.example/'
  : 'https://api.incident.io/v2/incidents?page_size=1';

const response = await fetch(URL, { headers: { authorization: `Bearer ${process.env.INCIDENT_IO_API_KEY}` } });
console.log(response.status, (await response.json()).incidents[0].reference);
