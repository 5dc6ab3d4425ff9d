// Five properties in plain JavaScript. Faults: a severity in every incident, a debrief is never no, texts of workload.
import { createInterface } from "node:readline";

function decode(incident) {
  return {
    id: incident.id,
    title: incident.name,
    severityName: incident.severity.name,
    has_debrief: incident.has_debrief || undefined,
    created_at: incident.created_at,
    updatedAt: new Date(incident.updated_at),
    workload_minutes_late: incident.workload_minutes_late === undefined ? undefined : `${incident.workload_minutes_late}`,
    incident_status: { name: incident.incident_status.name },
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    console.log(JSON.stringify({ id: asked.id, value: decode(asked.json) }));
  } catch (error) {
    const frame = /at (\S+) .*?([^/]+:\d+):\d+\)/.exec(error.stack);
    console.log(JSON.stringify({ id: asked.id, error: { type: error.name, message: error.message, frame: frame ? `${frame[2]} in ${frame[1]}` : "" } }));
  }
}
