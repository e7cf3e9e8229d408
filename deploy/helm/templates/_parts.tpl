{{- define "sohoa.labels" -}}
app.kubernetes.io/name: sohoa
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
{{- define "sohoa.container" -}}
{{- $image := printf "%s:%s" .Values.image.repository .Values.image.tag }}
image: {{ if .Values.image.digest }}{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}{{ else }}{{ $image }}{{ end }}
env:
  - {name: SOHOA_STORE__ENDPOINT, value: {{ .Values.store.endpoint | quote }}}
  - {name: SOHOA_STORE__ACCESS_KEY, value: {{ .Values.store.accessKey | quote }}}
  - {name: SOHOA_STORE__BUCKET, value: {{ .Values.store.bucket | quote }}}
  - {name: SOHOA_STORE__SECURE, value: {{ .Values.store.secure | quote }}}
  - {name: SOHOA_PROCESSES, value: {{ .Values.workers.cores | quote }}}
  - {name: SOHOA_PREFECT_URL, value: {{ .Values.prefect | quote }}}
  - {name: SOHOA_WEB__PUBLIC_URL, value: {{ .Values.publicUrl | quote }}}
  - {name: SOHOA_SEAL__KEY_FILE, value: /run/secrets/seal/seal.pem}
  - {name: SOHOA_TRAIL__KEY_FILE, value: /run/secrets/sohoa/trail.key}
  - {name: SOHOA_SECRETS, value: /run/secrets/sohoa}
volumeMounts:
  - {name: data, mountPath: /var/lib/sohoa}
  - {name: scratch, mountPath: /tmp}
  - {name: secrets, mountPath: /run/secrets/sohoa, readOnly: true}
{{- end }}
{{- define "sohoa.volumes" -}}
volumes:
  - name: data
    emptyDir: {}
  - name: scratch
    emptyDir: {sizeLimit: {{ .Values.scratch }}}
  - name: secrets
    secret: {secretName: {{ .Values.secret }}, defaultMode: 0400}
{{- end }}
{{- define "sohoa.sealing" -}}
{{- /* Only the desk seals: a worker that somebody took over holds no seal key. */ -}}
- name: seal
  secret: {secretName: {{ .Values.sealSecret }}, defaultMode: 0400}
{{- end }}
