// Six properties in zod. Faults: closed types of roles, a call URL in every incident, ranks that are not negative.
import { createInterface } from "node:readline";
import { z } from "zod";

const Incident = z.object({
  id: z.string(),
  name: z.string(),
  call_url: z.string(),
  severity: z.object({ id: z.string(), name: z.string(), rank: z.number() }).optional(),
  incident_status: z.object({ name: z.string(), rank: z.number().min(0) }),
  incident_role_assignments: z.array(
    z.object({ role: z.object({ id: z.string(), role_type: z.enum(["lead", "reporter", "custom"]) }) }),
  ),
});

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    console.log(JSON.stringify({ id: asked.id, value: Incident.parse(asked.json) }));
  } catch (error) {
    const { name, message, issues } = error;
    console.log(JSON.stringify({ id: asked.id, error: { type: name, message, issues } }));
  }
}
