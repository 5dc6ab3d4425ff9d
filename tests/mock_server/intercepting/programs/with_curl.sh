url='https://api.incident.io/v2/incidents?page_size=1'
[ "$1" = elsewhere ] && url=https://elsewhere.example/
answer=$(curl --silent --show-error --fail --write-out '\n%{http_code}' \
	--header "Authorization: Bearer $INCIDENT_IO_API_KEY" "$url") || exit
reference=$(printf %s "$answer" | sed -n 's/.*"reference":"\(INC-[0-9]*\)".*/\1/p')
echo "$(printf %s "$answer" | tail -n 1) $reference"
